param a{1..2}; var x >= 0;
minimize z: x;
s.t. r{m in 1..2: exists {t in 1..2} a[t] > 0}: x >= m;
data; param a := 1 3; end;
