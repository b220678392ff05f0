set I := 0..4; param p{i in I} := if i mod 2 = 0 then 0 else i;
var x{I} >= 0;
minimize z: sum {i in I} x[i];
s.t. a{i in I}: p[i] * x[i] >= p[i] * 2;
s.t. b{i in I, j in I: i <= j}: p[i] * p[j] * x[j] <= 100 + i;
s.t. c{i in I}: sum {j in I: j < i} p[j] * x[j] + (if i > 3 then x[i]) <= 10 * i;
s.t. d{i in I}: -1 <= sum {j in I: j > i + 1} p[j] * x[j] <= 30;
end;
