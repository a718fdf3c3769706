# What scikit-learn counts and weights. python3 text.py > text.json  (scikit-learn 1.2)
import json
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

texts = [
    'The film is not bad, not bad at all!',
    'A bad film; a very bad film. Très mauvais, déjà-vu',
    '',
    'I loved the   film\n\nand the film loved me',
    "It isn't the film_2 of 1999 that I'd loved: naïve ÉCOLE",
    'x y z',
    'все фильмы 映画 映画 bad',
]
unseen = ['the film was bad, very very bad', 'nothing here', '映画 is not film']

def options(**keywords):
    return keywords

cases = [
    (CountVectorizer, options(), {}),
    (CountVectorizer, options(ngram_range=(1, 2)), {'ngramRange': [1, 2]}),
    (CountVectorizer, options(ngram_range=(2, 3), binary=True), {'ngramRange': [2, 3], 'binary': True}),
    (CountVectorizer, options(min_df=2), {'minDf': 2}),
    (CountVectorizer, options(min_df=0.3, max_df=0.5), {'minDf': 0.3, 'maxDf': 0.5}),
    (CountVectorizer, options(max_df=3), {'maxDf': 3}),
    (CountVectorizer, options(max_features=4), {'maxFeatures': 4}),
    (CountVectorizer, options(lowercase=False), {'lowercase': False}),
    (CountVectorizer, options(stop_words=['the', 'is'], ngram_range=(1, 2)), {'stopWords': ['the', 'is'], 'ngramRange': [1, 2]}),
    (CountVectorizer, options(analyzer='char', ngram_range=(1, 3)), {'analyzer': 'char', 'ngramRange': [1, 3]}),
    (CountVectorizer, options(vocabulary=['not bad', 'film', 'bad'], ngram_range=(1, 2)), {'vocabulary': ['not bad', 'film', 'bad'], 'ngramRange': [1, 2]}),
    (TfidfVectorizer, options(), {}),
    (TfidfVectorizer, options(ngram_range=(1, 2), sublinear_tf=True), {'ngramRange': [1, 2], 'sublinearTf': True}),
    (TfidfVectorizer, options(norm='l1', smooth_idf=False), {'norm': 'l1', 'smoothIdf': False}),
    (TfidfVectorizer, options(norm=None), {'norm': None}),
    (TfidfVectorizer, options(use_idf=False), {'useIdf': False}),
    (TfidfVectorizer, options(binary=True), {'binary': True}),
]

def plain(matrix):
    matrix.sort_indices()
    return {'rowptr': matrix.indptr.tolist(), 'colidx': matrix.indices.tolist(), 'values': [round(float(v), 9) for v in matrix.data]}

def result(make, keywords, ours):
    vectorizer = make(**keywords)
    fitted = plain(vectorizer.fit_transform(texts))
    return {
        'class': make.__name__, 'options': ours, 'features': vectorizer.get_feature_names_out().tolist(),
        'fitted': fitted, 'unseen': plain(vectorizer.transform(unseen)),
        **({'idf': vectorizer.idf_.tolist()} if getattr(vectorizer, 'use_idf', False) else {}),
    }

print(json.dumps({'texts': texts, 'unseen': unseen, 'cases': [result(*case) for case in cases]}, ensure_ascii=False, separators=(',', ':')))
