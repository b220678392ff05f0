set I := 1..3; set S := setof {i in I, j in I: i <= j} 't' & i & '_' & j;
param v{S} default 2; param nm{i in I} symbolic := 't' & i & '_' & (4 - i + (if i = 3 then 2 else 0));
var x{S} >= 0;
minimize z: sum {s in S} v[s] * x[s];
s.t. r{i in I: nm[i] in S}: x[nm[i]] >= i;
s.t. q{i in I, j in I: i < j}: x['t' & i & '_' & j] + x['t' & i & '_' & i] >= i + j;
data; param v := t1_1 1 t2_3 5; end;
