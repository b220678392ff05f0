set J; param a{1..2}; var x >= 0;
minimize z: x;
s.t. r: x + sum {t in 1..2, j in J: a[t] > 0} x >= 1;
data; set J := ; end;
