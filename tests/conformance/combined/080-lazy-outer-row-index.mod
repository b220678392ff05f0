set S dimen 2 := {(1,5)}; param a{1..2}; var x >= 0;
minimize z: x;
s.t. r{t in 1..2}: x + sum {(t,k) in S: a[t] > 0} x >= 1;
data; param a := 1 3; end;
