set I := 1..4; var x{I} >= 0; var y{I} >= 0;
minimize z: sum {i in I} (x[i] + y[i]) + x[1] - x[1];
s.t. a{i in I}: sum {j in I: j <= i} x[j] + y[i] = sum {j in I: j < i} x[j] + 3 - 0 * y[i] + 2 * y[i] / 2;
s.t. b{i in I}: 2 * (x[i] - y[i]) >= x[i] + x[i] - 3 * y[i] + (if i > 2 then 1 else y[i] - i);
s.t. c: sum {i in I} (i - 2.5) * x[i] - sum {i in I} i * x[i] >= -2.5 * sum {i in I} x[i] - 1;
s.t. d{i in I}: (i - 3) * x[i] + (i - 2) * y[i] <= 9;
end;
