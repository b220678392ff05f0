set A := {1, 3, 4, 8, 9.5}; set B dimen 2 := setof {a in A, b in A: a < b} (b - a, a);
var x{A} >= 0;
minimize z: sum {a in A} x[a];
s.t. r{a in A, b in A: a + b in A}: x[a] + x[b] >= a + b;
s.t. s{a in A, b in A: (a / 2, b) in B}: x[b] >= 0.5 * a;
s.t. t{a in A: 2 * a not in A and a - 1 not in A and {a, 2 * a} within A union {2 * a}}: x[a] >= 1.5;
s.t. u{a in A: (8 - a) in 4 .. 7 by 3}: x[a] <= 12;
end;
