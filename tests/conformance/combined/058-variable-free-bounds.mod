set P dimen 2 := {(1,'a'),(2,'a'),(2,'b')}; param l{(i,s) in P} := if s = 'b' then i else -i;
var x{(i,s) in P} >= l[i,s], <= l[i,s] + (i - 1) * 3; var q; var r <= -2; var k >= 3, <= 3;
maximize z: sum {(i,s) in P} i * x[i,s] - q + r + k;
s.t. a: q >= r + 2 * x[1,'a'] - k;
s.t. b{i in 1..2}: sum {(i,s) in P} x[i,s] + k + q <= 12 + i;
end;
