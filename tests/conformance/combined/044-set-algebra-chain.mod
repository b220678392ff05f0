set A := {1,2,3,4}; set B := 3..6; set C := {2,4,6,8};
set D := A union B diff C symdiff {1,8} inter B union C;
set E dimen 2 := (A inter C) cross B diff C cross A;
var x{D} >= 0; var y{E} >= 0;
minimize z: sum {d in D} x[d] + sum {(a,b) in E} y[a,b];
s.t. r{d in D}: x[d] >= d;
s.t. q{a in A: a in C}: sum {(a,b) in E} b * y[a,b] >= 30;
s.t. p{b in B diff (A inter B)}: sum {(a,b) in E: a in D} y[a,b] >= b / 2;
end;
