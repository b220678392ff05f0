set I := 1..5; param a{i in I} := (i - 3) * 1.25;
var x{i in I} >= floor(a[i]), <= ceil(abs(a[i]) + exp(0));
minimize z: sum {i in I} (round(a[i], 2) + trunc(a[i]) + sqrt(i) + log10(10 ^ i) / 4) * x[i];
s.t. r: sum {i in I} max(a[i], 0, i - 4) * x[i] >= min {i in I} a[i] + log(exp(2)) + sin(0) + cos(0) + atan(0);
s.t. s{i in I: round(a[i]) = a[i] or trunc(a[i]) <> floor(a[i])}: x[i] + x[(i mod 5) + 1] >= -1;
end;
