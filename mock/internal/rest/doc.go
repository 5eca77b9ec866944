// Package rest holds what the framework under the real API does, Django REST
// framework with the exceptions-hog error format: parsing bodies, validating fields
// with their error messages, paginating lists, writing responses. It knows no
// resource and no rule of the API, and never reads the world.
//
// Data flows one way: [Body] (bytes) → [Input] → [Attrs] (checked by a
// [Serializer]) → the handler's change → [Writer].
package rest
