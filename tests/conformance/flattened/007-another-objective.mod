set I := {'a','b'}; param c{I}; param lost{I};
minimize cost; minimize regret;
node Hub: net_in >= 4;
arc Way{i in I} >= 0, <= 3, to Hub, obj cost c[i], obj regret lost[i];
data; param c := a 2 b 5;
