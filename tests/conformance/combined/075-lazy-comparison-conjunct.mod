param a{1..2}; var x >= 0;
minimize z: x;
s.t. r{t in 1..2, k in 1..2: k + t < 3 and a[t] > 0}: x >= k;
data; param a := 1 3; end;
