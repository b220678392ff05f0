set G := 1..3;
set E{g in G} dimen 2 := setof {i in 1..g, j in i..g+1: (i + j) mod g = 0} (i, j - i);
var x{g in G, (i,d) in E[g]} >= 0, <= g + i + d;
maximize z: sum {g in G, (i,d) in E[g]} (g - d) * x[g,i,d] - 7;
s.t. r{g in G, i in 1..g: exists {(i,d) in E[g]} d >= 0}: sum {(i,d) in E[g]} (d + 1) * x[g,i,d] <= 2 * i + 3;
s.t. t{d in 0..3}: sum {g in G, (i,d) in E[g]} x[g,i,d] <= 5;
end;
