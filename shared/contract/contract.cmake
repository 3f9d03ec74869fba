# Generates records, descriptions and served documents from wsdl/, and builds them with the contract's own types.
file(GLOB contract_inputs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/wsdl/*.xsd)
set(contract_generator ${PROJECT_SOURCE_DIR}/shared/contract/generate.py)
set(contract_completion ${PROJECT_SOURCE_DIR}/shared/contract/complete.py
                        ${PROJECT_SOURCE_DIR}/shared/contract/standard_operations.xsd)
set(generated ${PROJECT_BINARY_DIR}/generated)

set(contract_outputs ${generated}/contract/served.cpp)
set(contract_byproducts ${generated}/contract/served.h)
foreach(input ${contract_inputs})
  get_filename_component(name ${input} NAME_WE)
  list(APPEND contract_outputs ${generated}/contract/${name}.cpp)
  list(APPEND contract_byproducts ${generated}/contract/${name}.h)
endforeach()

# The generator leaves files alone whose content stays, so the stamp is what tells ninja that it has run.
add_custom_command(
  OUTPUT ${generated}/contract.stamp
  BYPRODUCTS ${contract_outputs} ${contract_byproducts}
  COMMAND ${Python3_EXECUTABLE} ${contract_generator} ${PROJECT_SOURCE_DIR}/wsdl ${generated}
  COMMAND ${CMAKE_COMMAND} -E touch ${generated}/contract.stamp
  DEPENDS ${contract_inputs} ${contract_generator} ${contract_completion}
  COMMENT "Generating records from wsdl/")
add_custom_target(contract_generated DEPENDS ${generated}/contract.stamp)

file(GLOB contract_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
add_library(kontor_contract STATIC ${contract_sources} ${contract_outputs})
add_dependencies(kontor_contract contract_generated)
set_source_files_properties(${contract_outputs} PROPERTIES COMPILE_OPTIONS "-Wno-overlength-strings")
target_link_libraries(kontor_contract PUBLIC kontor_options)
