set S := {1, '1', 2, 'two', '2'};
param p{S} default 5; param q{s in S} := if s in {1, 2} then 1 else 0;
var x{S} >= 0;
minimize z: sum {s in S} p[s] * x[s];
s.t. r{s in S}: x[s] >= 1 + q[s];
s.t. t: x['1'] - x[1] >= 2;
data; param p := 1 10 '1' 20 2 30 '2' 40; end;
