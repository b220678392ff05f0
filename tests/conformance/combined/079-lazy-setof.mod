set S dimen 2 := {(1,5)}; param a{1..2}; var x >= 0;
set K := setof {t in 1..2, (t,k) in S: a[t] > 0} k;
minimize z: x;
s.t. r{k in K}: x >= k;
data; param a := 1 3; end;
