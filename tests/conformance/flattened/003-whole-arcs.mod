set K := 1..3; param size{k in K} := 3 * k; param fee{k in K} := 5 + k^2;
minimize cost;
subject to Room{k in K}: to_come >= 0;
node City: net_in >= 10;
arc Truck{k in K} integer >= 0, <= 4, := 1, to City 1.7, obj cost 2.5, coeff Room[k] -1;
var open{k in K} binary, obj cost fee[k], coeff Room[k] size[k] / 2;
