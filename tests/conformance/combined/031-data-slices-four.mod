set A := {'a','b'}; set B := 1..2; set C := {'x','y','z'}; set D := 7..8;
param p{A,B,C,D} default 0;
var f{A,B,C,D} >= 0;
minimize z: sum {a in A, b in B, c in C, d in D} (p[a,b,c,d] + d) * f[a,b,c,d];
s.t. r{a in A, b in B, c in C, d in D: p[a,b,c,d] <> 0}: f[a,b,c,d] >= p[a,b,c,d];
s.t. s{c in C, d in D}: sum {a in A, b in B} f[a,b,c,d] >= 3;
