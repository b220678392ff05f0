set N := {'s','a','b','t'}; set L within N cross N;
param cap{L}; param cheap{L}; param send := 9;
node Bal{n in N: n <> 's' and n <> 't'};
node Start: net_out = send;
node Stop: net_in = send * 0.9;
arc X{(i,j) in L} >= 0, <= cap[i,j],
    from {k in {'Bal'}: i <> 's'} Bal[i], from {k in 1..1: i = 's'} Start,
    to {k in 1..1: j <> 't'} Bal[j], to {k in 1..1: j = 't'} Stop 0.9;
minimize cost: sum {(i,j) in L} cheap[i,j] * <<cap[i,j] / 2; 1, 3>> X[i,j];
data;
set L := s a  s b  a b  a t  b t;
param: cap cheap := s a 8 1  s b 6 2  a b 4 0.5  a t 5 3  b t 7 1;
