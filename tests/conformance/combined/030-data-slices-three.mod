set A; set B; set C; param p{A,B,C} default 1;
var x{A,B,C} >= 0;
minimize z: sum {a in A, b in B, c in C} p[a,b,c] * x[a,b,c];
s.t. r{a in A, b in B, c in C}: x[a,b,c] >= 1 + p[a,b,c] / 10;
s.t. s{b in B}: sum {a in A, c in C: p[a,b,c] > 3} x[a,b,c] >= 12;
