set Y := 2050..2020 by -10;
param start{Y} default -1;
param s{y in Y} := if start[y] >= 0 then start[y] else 0.5 * s[y-10] + 1;
param acc{y in Y} := s[y] + sum {v in Y: v < y} acc[v] / 2;
var x{Y} >= 0;
minimize z: sum {y in Y} s[y] * x[y];
s.t. r{y in Y}: sum {v in Y: v <= y} x[v] >= acc[y];
data; param start := 2020 8  2040 3; end;
