# gSOAP's types, service classes and their mapping to the records, made from wsdl/.
pkg_check_modules(GSOAP REQUIRED IMPORTED_TARGET gsoap++)

set(soap_generator ${PROJECT_SOURCE_DIR}/shared/contract/generate_soap.py)
set(soap_by_hand ${CMAKE_CURRENT_LIST_DIR}/gsoap)
set(soap_outputs ${generated}/soap/mapping_common.cpp)
set(soap_byproducts ${generated}/soap/mapping_common.h ${generated}/soap/soapH.h ${generated}/soap/soapStub.h)
foreach(number RANGE 1 6) # as in generate_soap.py
  list(APPEND soap_outputs ${generated}/soap/types_${number}.cpp)
endforeach()
foreach(input ${contract_inputs})
  get_filename_component(name ${input} NAME_WE)
  if(NOT name STREQUAL "common")
    list(APPEND soap_outputs ${generated}/soap/service_${name}.cpp ${generated}/soap/mapping_${name}.cpp)
    list(APPEND soap_byproducts ${generated}/soap/mapping_${name}.h)
  endif()
endforeach()

file(GLOB soap_gsoap_inputs CONFIGURE_DEPENDS ${soap_by_hand}/*.gsoap.h)
add_custom_command(
  OUTPUT ${generated}/soap.stamp
  BYPRODUCTS ${soap_outputs} ${soap_byproducts}
  COMMAND ${Python3_EXECUTABLE} -B ${soap_generator} ${PROJECT_SOURCE_DIR}/wsdl ${soap_by_hand} ${generated}/soap
  COMMAND ${CMAKE_COMMAND} -E touch ${generated}/soap.stamp
  DEPENDS ${contract_inputs} ${soap_gsoap_inputs} ${contract_generator} ${contract_completion} ${soap_generator}
  COMMENT "Generating SOAP types from wsdl/")
add_custom_target(soap_generated DEPENDS ${generated}/soap.stamp)

file(GLOB soap_sources CONFIGURE_DEPENDS ${soap_by_hand}/*.cpp)
add_library(kontor_soap_types STATIC ${soap_outputs} ${soap_sources})
add_dependencies(kontor_soap_types soap_generated contract_generated)
# Unoptimized these would be three times as large and no faster to build; the warnings in them are not ours.
set_source_files_properties(${soap_outputs} PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Debug>:-O1>;-w")
# The layout of gSOAP's context depends on its flags: exactly those of the library, for all who include its headers.
target_link_libraries(kontor_soap_types PUBLIC kontor_contract PkgConfig::GSOAP)
# An operation that a service does not have is an error of the compiler.
target_compile_definitions(kontor_soap_types PUBLIC WITH_PURE_VIRTUAL)
