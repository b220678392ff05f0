set S dimen 2 := {(1,5)}; param a{1..2}; var x >= 0;
minimize z: x;
s.t. r: x + sum {t in 1..2, k in 5..6: (t,k) in S and a[t] > 0} x >= 1;
data; param a := 1 3; end;
