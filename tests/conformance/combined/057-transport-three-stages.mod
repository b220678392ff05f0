set V := 1..4; set A within V cross V; set K; param cap{A}; param dem{V,K} default 0; param cc{K,A} default 1;
var f{K, A} >= 0;
minimize z: sum {k in K, (i,j) in A} cc[k,i,j] * f[k,i,j];
s.t. bal{k in K, v in V}: sum {(i,v) in A} f[k,i,v] - sum {(v,j) in A} f[k,v,j] = dem[v,k];
s.t. cp{(i,j) in A}: sum {k in K} f[k,i,j] <= cap[i,j];
s.t. back{(i,j) in A, k in K: (j,i) in A and i < j}: f[k,i,j] + f[k,j,i] <= 4;
data;
set K := oil gas;
param dem : oil gas := 1 -4 -3  3 1 .  4 3 3;
param cc := [oil,*,*] : 2 3 := 1 2 3  2 . 1
[gas,3,*] 4 6;
param : A : cap := 1 2 8  2 3 9  1 3 3  3 4 9  4 3 5  2 1 4;
end;
