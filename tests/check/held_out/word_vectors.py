import numpy as np

corpus = "the quick brown fox jumps over the lazy dog while the small cat sleeps".split()
words = sorted(set(corpus))
word2id = {w: i for i, w in enumerate(words)}
V, N = len(words), 6
window = 2
eta = 0.05

def softmax(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=0)

class word2vec():
    def __init__(self):
        np.random.seed(8)
        self.w1 = np.random.uniform(-0.8, 0.8, (V, N))
        self.w2 = np.random.uniform(-0.8, 0.8, (N, V))

    def generate_training_data(self, corpus):
        training_data = []
        for i, word in enumerate(corpus):
            w_target = self.word2onehot(word)
            w_context = []
            for j in range(i - window, i + window + 1):
                if j != i and 0 <= j <= len(corpus) - 1:
                    w_context.append(self.word2onehot(corpus[j]))
            training_data.append([w_target, w_context])
        return training_data

    def word2onehot(self, word):
        v = [0 for i in range(V)]
        v[word2id[word]] = 1
        return v

    def forward_pass(self, x):
        h = np.dot(self.w1.T, x)
        u = np.dot(self.w2.T, h)
        y_c = softmax(u)
        return y_c, h, u

    def backprop(self, e, h, x):
        dl_dw2 = np.outer(h, e)
        dl_dw1 = np.outer(x, np.dot(self.w2, e))
        # UPDATE WEIGHTS
        self.w1 = self.w1 - (eta * dl_dw1)
        self.w2 = self.w2 - (eta * dl_dw2)

    def train(self, training_data):
        for epoch in range(50):
            loss = 0
            for w_t, w_c in training_data:
                y_pred, h, u = self.forward_pass(w_t)
                EI = np.sum([np.subtract(y_pred, word) for word in w_c], axis=0)
                self.backprop(EI, h, w_t)
                # -np.sum of the context words' scores + number of them times the log of the denominator
                loss += -np.sum([u[word.index(1)] for word in w_c]) + len(w_c) * np.log(np.sum(np.exp(u)))
            print('EPOCH:', epoch, 'LOSS:', loss)

w2v = word2vec()
training_data = w2v.generate_training_data(corpus)
w2v.train(training_data)
