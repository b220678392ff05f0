set I := 1..4; param lo{i in I} := i - 2; param up{i in I} := i ^ 2;
var x{I}; var y >= -2, <= 2;
maximize z: sum {i in I} (x[i] * (-1) ^ i) + y;
s.t. r{i in I}: lo[i] + min(1, i / 3) <= x[i] + 2 * y - i + 3 <= up[i] * 2 - sum {j in I: j < i} lo[j];
s.t. s{i in I: i > 2}: 3 * i >= x[i] - (x[i-1] - 1) >= -(i * 2) + 0.5;
s.t. t: -10 <= (if card(I) > 3 then y - x[1] else x[1]) <= 10;
end;
