set I := {1, 2.50, 1e1, 100, 0.125}; param c{I}; param d{I,1..2} default 1;
var x{I} >= 0;
minimize z: sum {i in I} c[i] * x[i] + x[10] + x[2.5];
s.t. r{i in {1.0, 25e-1, 10, 1E+2, 125e-3}}: x[i] >= d[i,1] + d[i,2];
s.t. s: x[1000 / 10] + x[1 / 8] >= 5;
