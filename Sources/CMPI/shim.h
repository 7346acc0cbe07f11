/* What Swift cannot import from mpi.h as it is.
 *
 * Handles are pointers in Open MPI and integers in MPICH. In one-field structs they have the same
 * Swift spelling with both: `CMPICommunicator.handle`. Constants that mpi.h defines as casts are
 * named here by functions. Nothing else belongs in this file. */
#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#include <mpi.h>

typedef struct { MPI_Comm handle; } CMPICommunicator;
typedef struct { MPI_Datatype handle; } CMPIDatatype;
typedef struct { MPI_Op handle; } CMPIOperation;
typedef struct { MPI_Request handle; } CMPIRequest;
typedef struct { MPI_Message handle; } CMPIMessage;
typedef struct { MPI_File handle; } CMPIFile;

typedef void (*CMPIUserFunction)(void *, void *, int *, MPI_Datatype *);

#define CMPI_NAME(Type, name, value) \
  static inline Type name(void) { Type named = {value}; return named; }

CMPI_NAME(CMPICommunicator, cmpi_comm_world, MPI_COMM_WORLD)
CMPI_NAME(CMPICommunicator, cmpi_comm_self, MPI_COMM_SELF)
CMPI_NAME(CMPICommunicator, cmpi_comm_null, MPI_COMM_NULL)
CMPI_NAME(CMPIRequest, cmpi_request_null, MPI_REQUEST_NULL)
CMPI_NAME(CMPIMessage, cmpi_message_null, MPI_MESSAGE_NULL)
CMPI_NAME(CMPIFile, cmpi_file_null, MPI_FILE_NULL)
CMPI_NAME(CMPIOperation, cmpi_op_null, MPI_OP_NULL)

CMPI_NAME(CMPIDatatype, cmpi_byte, MPI_BYTE)
CMPI_NAME(CMPIDatatype, cmpi_bool, MPI_C_BOOL)
CMPI_NAME(CMPIDatatype, cmpi_int8, MPI_INT8_T)
CMPI_NAME(CMPIDatatype, cmpi_int16, MPI_INT16_T)
CMPI_NAME(CMPIDatatype, cmpi_int32, MPI_INT32_T)
CMPI_NAME(CMPIDatatype, cmpi_int64, MPI_INT64_T)
CMPI_NAME(CMPIDatatype, cmpi_uint8, MPI_UINT8_T)
CMPI_NAME(CMPIDatatype, cmpi_uint16, MPI_UINT16_T)
CMPI_NAME(CMPIDatatype, cmpi_uint32, MPI_UINT32_T)
CMPI_NAME(CMPIDatatype, cmpi_uint64, MPI_UINT64_T)
CMPI_NAME(CMPIDatatype, cmpi_float, MPI_FLOAT)
CMPI_NAME(CMPIDatatype, cmpi_double, MPI_DOUBLE)
CMPI_NAME(CMPIDatatype, cmpi_float_int, MPI_FLOAT_INT)
CMPI_NAME(CMPIDatatype, cmpi_double_int, MPI_DOUBLE_INT)

CMPI_NAME(CMPIOperation, cmpi_sum, MPI_SUM)
CMPI_NAME(CMPIOperation, cmpi_product, MPI_PROD)
CMPI_NAME(CMPIOperation, cmpi_minimum, MPI_MIN)
CMPI_NAME(CMPIOperation, cmpi_maximum, MPI_MAX)
CMPI_NAME(CMPIOperation, cmpi_minimum_location, MPI_MINLOC)
CMPI_NAME(CMPIOperation, cmpi_maximum_location, MPI_MAXLOC)
CMPI_NAME(CMPIOperation, cmpi_bitwise_and, MPI_BAND)
CMPI_NAME(CMPIOperation, cmpi_bitwise_or, MPI_BOR)
CMPI_NAME(CMPIOperation, cmpi_bitwise_xor, MPI_BXOR)
CMPI_NAME(CMPIOperation, cmpi_logical_and, MPI_LAND)
CMPI_NAME(CMPIOperation, cmpi_logical_or, MPI_LOR)
CMPI_NAME(CMPIOperation, cmpi_logical_xor, MPI_LXOR)

#undef CMPI_NAME

static inline void *cmpi_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Info cmpi_info_null(void) { return MPI_INFO_NULL; }
static inline int cmpi_any_source(void) { return MPI_ANY_SOURCE; }
static inline int cmpi_any_tag(void) { return MPI_ANY_TAG; }
static inline int cmpi_process_null(void) { return MPI_PROC_NULL; }
static inline int cmpi_undefined(void) { return MPI_UNDEFINED; }
static inline int cmpi_largest_tag_key(void) { return MPI_TAG_UB; }
static inline int cmpi_type_shared(void) { return MPI_COMM_TYPE_SHARED; }

/* Arrays of the structs above have the layout of arrays of bare handles. */
static inline int cmpi_wait_any(int count, CMPIRequest *requests, int *index, MPI_Status *status) {
  return MPI_Waitany(count, (MPI_Request *)requests, index, status);
}
static inline int cmpi_wait_some(
    int count, CMPIRequest *requests, int *done, int *indices, MPI_Status *statuses) {
  return MPI_Waitsome(count, (MPI_Request *)requests, done, indices, statuses);
}
static inline int cmpi_test_any(
    int count, CMPIRequest *requests, int *index, int *flag, MPI_Status *status) {
  return MPI_Testany(count, (MPI_Request *)requests, index, flag, status);
}
static inline int cmpi_test_some(
    int count, CMPIRequest *requests, int *done, int *indices, MPI_Status *statuses) {
  return MPI_Testsome(count, (MPI_Request *)requests, done, indices, statuses);
}
static inline int cmpi_type_create_struct(
    int count, const int *lengths, const MPI_Aint *displacements, const CMPIDatatype *types,
    CMPIDatatype *newType) {
  return MPI_Type_create_struct(
      count, lengths, displacements, (const MPI_Datatype *)types, &newType->handle);
}
static inline int cmpi_all_to_all_w(
    const void *send, const int *sendCounts, const int *sendOffsets, const CMPIDatatype *sendTypes,
    void *receive, const int *receiveCounts, const int *receiveOffsets,
    const CMPIDatatype *receiveTypes, CMPICommunicator communicator) {
  return MPI_Alltoallw(
      send, sendCounts, sendOffsets, (const MPI_Datatype *)sendTypes, receive, receiveCounts,
      receiveOffsets, (const MPI_Datatype *)receiveTypes, communicator.handle);
}
static inline int cmpi_start_all_to_all_w(
    const void *send, const int *sendCounts, const int *sendOffsets, const CMPIDatatype *sendTypes,
    void *receive, const int *receiveCounts, const int *receiveOffsets,
    const CMPIDatatype *receiveTypes, CMPICommunicator communicator, CMPIRequest *request) {
  return MPI_Ialltoallw(
      send, sendCounts, sendOffsets, (const MPI_Datatype *)sendTypes, receive, receiveCounts,
      receiveOffsets, (const MPI_Datatype *)receiveTypes, communicator.handle, &request->handle);
}

/* MPI's predefined error handlers, set where errors are to come back as return codes. */
static inline int cmpi_return_errors(CMPICommunicator communicator) {
  return MPI_Comm_set_errhandler(communicator.handle, MPI_ERRORS_RETURN);
}
static inline int cmpi_return_file_errors(CMPIFile file) {
  return MPI_File_set_errhandler(file.handle, MPI_ERRORS_RETURN);
}

#endif
