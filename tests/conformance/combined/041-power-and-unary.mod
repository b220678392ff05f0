set I := 1..4; var x{I} >= 0;
minimize z: sum {i in I} (-2 ^ 2 + 2 ^ i ^ 0.5 + 17 div i + 17 mod (i + 1)) * x[i] + sum {i in I} (10 less 3 * i) * x[i] + 40 * sum {i in I} x[i];
s.t. r{i in I}: -(-i) * x[i] >= 2 ** (-i) * 100 + 3;
s.t. s: x[1] - (-x[2]) + x[3] <= 100;
end;
