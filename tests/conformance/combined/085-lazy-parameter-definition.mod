set D{1..2}; param a{1..2}; var x >= 0;
param s := sum {t in 1..2, k in D[t]: a[t] > 0} k;
minimize z: x;
s.t. r: x >= s;
data; set D[1] := 5; set D[2] := ; param a := 1 3; end;
