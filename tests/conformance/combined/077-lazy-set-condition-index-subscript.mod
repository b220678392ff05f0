set S dimen 2 := {(1,5)}; set D{1..2}; var x >= 0;
minimize z: x;
s.t. r: x + sum {t in 1..2, (t,k) in S, d in D[t]} x >= 1;
data; set D[1] := 5; end;
