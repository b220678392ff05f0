set N := {'a','b','c','d','e'};
set A within N cross N := {('a','b'),('b','c'),('c','a'),('c','d'),('d','e'),('e','c')};
var f{A} >= 0, <= 10;
maximize z: f['e','c'] + f['c','a'] - 0.25 * sum {(i,j) in A} f[i,j];
set NB{n in N} := (setof {(n,j) in A} j) union setof {(i,n) in A} i;
set T2{n in N} := (setof {(n,j) in A, (j,k) in A} k) diff {n};
s.t. nb{n in N}: sum {m in NB[n]} (if (n,m) in A then f[n,m] else if (m,n) in A then -f[m,n]) = 0;
s.t. two{n in N, m in T2[n]}: sum {(n,j) in A: (j,m) in A} (f[n,j] + f[j,m]) <= 15;
end;
