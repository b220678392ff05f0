set L := {'p','q','r'}; param npiece{L} integer >= 1; param rate{l in L, 1..npiece[l]};
param limit{l in L, 1..npiece[l] - 1};
var t{L} >= 0;
minimize time: sum {l in L} <<{k in 1..npiece[l] - 1} limit[l,k]; {k in 1..npiece[l]} rate[l,k]>> t[l];
subject to all: sum {l in L} t[l] = 17;
data;
param npiece := p 1 q 3 r 2;
param rate := p 1 4  q 1 1  q 2 3.5  q 3 6  r 1 2 r 2 5;
param limit := q 1 3  q 2 9  r 1 4;
