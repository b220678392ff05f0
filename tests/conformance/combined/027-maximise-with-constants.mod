set I := 1..3; param c{i in I} := 10 / i;
var x{I} >= 0, <= 7; var y >= 1;
maximize gain: 3 + sum {i in I} (c[i] * (x[i] - 1) + (if i = 2 then 4 else -x[i])) - (y - 2) / 4 + sum {i in I: i > 1} i;
s.t. r: sum {i in I} i * x[i] + y <= 20;
s.t. s{i in I}: x[i] + 2 <= 3 * y + i;
end;
