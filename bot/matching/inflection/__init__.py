from functools import lru_cache
import importlib
M={'en':'english','fr':'french','de':'german','es':'spanish','it':'italian','pt':'portuguese','nl':'dutch','tr':'turkish','ru':'russian','ar':'arabic','el':'greek','pl':'polish'}
@lru_cache
def lang_(l): return importlib.import_module('bot.matching.inflection.'+M[l]).LANGUAGE
def forms(w,l): return lang_(l).forms(w)
