set S dimen 3;
var x{S} >= 0;
minimize z: sum {(i,j,k) in S} x[i,j,k];
s.t. r{(i,j,k) in S}: x[i,j,k] >= 1;
data;
set S := (c,*,*) : 1 2 := p + - q + + (tr) : p q := 3 - + ;
end;
