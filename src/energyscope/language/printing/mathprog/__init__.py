"""The tree as MathProg, the dialect that GLPK reads: what MathProg spells differently is brought into its form."""
