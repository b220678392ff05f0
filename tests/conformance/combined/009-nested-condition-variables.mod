set I := 1..8;
var x{I} >= 0; var y{I} >= 0, <= 3; var f >= -5, <= 5;
minimize z: sum {i in I} (if i mod 2 = 0 then (if i > 4 then 2 * x[i] else x[i] + y[i]) else if i mod 3 = 0 then y[i] - f / 4);
s.t. r{i in I}: (if i < 3 then x[i] - y[i] else if i < 6 then (if i <> 4 then x[i-1] + f) else y[i] + 2 * x[i]) >= if i = 4 then -i else i / 2;
s.t. s: sum {i in I: i mod 3 = 1} (if i > 1 then x[i]) + (if card(I) > 8 then f else -f) <= 20;
end;
