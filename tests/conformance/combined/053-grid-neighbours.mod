set X := 1..3; set Y := 1..4; set W within {X,Y} := {(1,2),(2,2),(3,4)}; set OFF dimen 2 := {(0,1),(1,0),(0,-1),(-1,0)};
var h{X,Y} >= 0;
minimize z: sum {i in X, j in Y} h[i,j] + h[1,2];
s.t. wet{(i,j) in W}: h[i,j] + sum {(a,b) in OFF: (i+a,j+b) in W} 2 * h[i+a,j+b] >= 5;
s.t. dry{i in X, j in Y: (i,j) not in W and exists {(a,b) in OFF} (i+a,j+b) in W}: sum {(a,b) in OFF: i+a in X and j+b in Y} h[i+a,j+b] - 3 * h[i,j] <= 4;
end;
