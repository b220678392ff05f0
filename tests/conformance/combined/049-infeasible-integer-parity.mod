set I := 1..3; var n{I} integer >= 0, <= 5; var m integer >= 0, <= 20;
minimize z: sum {i in I} i * n[i];
s.t. even: sum {i in I} 2 * i * n[i] = 2 * m + 1;
s.t. some: sum {i in I} n[i] >= 1;
end;
