param M := 1e9; param e := 1e-3;
var x{1..3} >= 0, <= 1e6; var y >= 0;
minimize z: 1e3 * x[1] + x[2] + e * x[3] + 1e6 * y + M - 1e9;
s.t. a: x[1] + x[2] + M + y >= 1000000010 - x[3] * e;
s.t. b: M * y + 2e9 >= M * (x[1] + 2) - 1e12;
s.t. c: e * x[1] + 1e-2 * x[2] >= x[3] / 1e4 + 1e-1;
s.t. d: x[3] >= 123456.789;
end;
