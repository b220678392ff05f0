set I := 1..4; var x{I} >= 0; var y{I} >= 0; var never{I};
minimize z: sum {i in I: i <= 3} x[i] + 0 * y[1];
maximize other: sum {i in I} y[i] + x[4];
s.t. r{i in I: i > 2}: x[i-1] + (i - 3) * y[i] >= i;
s.t. s{i in I}: 0 * never[i] + x[1] >= 2;
end;
