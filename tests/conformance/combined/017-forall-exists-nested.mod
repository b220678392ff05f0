set N := 1..6;
set D dimen 2 := setof {i in N, j in N: j mod i = 0 and i < j} (i,j);
var x{N} >= 0;
minimize z: sum {i in N} (7 - i) * x[i];
s.t. a{i in N: forall {(i,j) in D} exists {(k,j) in D} k < i}: x[i] >= i;
s.t. b{i in N: exists {j in N: (i,j) in D} forall {k in N: (k,j) in D and k <> i} k <= i}: x[i] >= 2 * i;
s.t. c{i in N: not (exists {(i,j) in D} j > 0)}: x[i] + x[1] >= 20;
s.t. d{i in N: not exists {(k,i) in D: k > 1} k < i}: x[i] <= 30;
end;
