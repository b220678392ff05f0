"""From the linear program to a dispatch, with the proof that it is the best one."""
