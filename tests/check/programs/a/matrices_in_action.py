from numpy import *

def sigmoid(inX):
    return 1.0/(1+exp(-inX))

lines = """-0.017612 14.053064 0
-1.395634 4.662541 1
-0.752157 6.538620 0
-1.322371 7.152853 0
0.423363 11.054677 0
0.406704 7.067335 1
0.667394 12.741452 0
-2.460150 6.866805 1
0.569411 9.548755 0"""

dataMat = []; labels = []
for line in lines.split('\n'):
    lineArr = line.strip().split()
    dataMat.append([1.0, float(lineArr[0]), float(lineArr[1]) / 10])
    labels.append(int(lineArr[2]))

dataMatrix = matrix(dataMat)             #convert to NumPy matrix
labelMat = matrix(labels).transpose()
m,n = shape(dataMatrix)
alpha = 0.01
maxCycles = 500
weights = asmatrix(ones((n,1)))
for k in range(maxCycles):              #heavy on matrix operations
    h = sigmoid(dataMatrix*weights)     #matrix mult
    error = (labelMat - h)              #vector subtraction
    weights = weights + alpha * dataMatrix.transpose()* error
print(weights)
