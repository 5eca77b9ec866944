// Package rest behaves as the framework under the real API does: Django REST
// framework with the exceptions-hog error format. It knows how bodies are read,
// how fields are checked and in what words they are refused, how lists are cut
// into pages and how answers are written. It knows nothing of organizations.
//
// Data flows one way: [Body] (bytes) → [Input] → [Attrs] (checked by a
// [Serializer]) → the handler's change → [Writer].
package rest
