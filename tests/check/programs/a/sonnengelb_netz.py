# Kleines Netz für eine Kurve
import numpy as np

np.random.seed(2024)
eingabe = np.linspace(-1, 1, 13)[:, None]
ziel = np.sin(np.pi * eingabe)

gewichte_1 = np.random.randn(1, 7)
schwelle_1 = np.random.randn(7) * 0.1
gewichte_2 = np.random.randn(7, 1) * 0.5
schwelle_2 = np.zeros(1)
lernrate = 0.05
anzahl = len(eingabe)

for schritt in range(4000):
    netto = eingabe @ gewichte_1 + schwelle_1
    versteckt = np.tanh(netto)
    ausgabe = versteckt @ gewichte_2 + schwelle_2
    fehler = np.mean((ausgabe - ziel) ** 2)
    if schritt % 1000 == 0:
        print(schritt, fehler)

    # Rückwärts
    d_ausgabe = 2 * (ausgabe - ziel) / anzahl
    d_gewichte_2 = versteckt.T @ d_ausgabe
    d_schwelle_2 = d_ausgabe.sum(axis=0)
    d_versteckt = d_ausgabe @ gewichte_2.T
    d_netto = d_versteckt * (1 - netto ** 2)
    d_gewichte_1 = eingabe.T @ d_netto
    d_schwelle_1 = d_netto.mean(axis=0)

    gewichte_1 -= lernrate * d_gewichte_1
    schwelle_1 -= lernrate * d_schwelle_1
    gewichte_2 -= lernrate * d_gewichte_2
    schwelle_2 -= lernrate * d_schwelle_2
