// Read by soapcpp2: the contract's scalar types, with serializers of our own (scalars.cpp).
#include "shared/contract/date_time.h"
#include "shared/contract/decimal.h"
extern typedef class kontor::DateTime xsd__dateTime;
extern typedef class kontor::Date xsd__date;
extern typedef class kontor::Decimal xsd__decimal;
