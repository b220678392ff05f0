set I := 1..4; param a{i in I} := i - 2;
var x{I} >= 0; var w{I} >= 0;
minimize z: sum {i in I} x[i] + sum {i in I} (if a[i] > 0 then 2 * w[i] else w[i] * 3) * 2 + 1;
s.t. r{i in I}: x[i] + (if a[i] = 0 then 5 else a[i]) * 2 * w[i] - (if i >= 3 then 1 else -1) * i >= 4;
s.t. t: sum {i in I} (if i in {2,3} then a[i] * x[i] else -w[i]) <= 6;
end;
