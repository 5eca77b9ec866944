package target

import (
	"reflect"
	"slices"
	"strings"
)

// Field is a part of a profile by its path in the file, such as known.scim.token.
type Field struct {
	// Path is where it stands; a permission of allow is a field of its own, allow.create_users.
	Path  string
	index []int // in Profile
	role  string
	word  string // of a list
}

// Fields are all parts of a profile, in their order: of each role its credential, of allow
// each permission.
func Fields() (list []Field) {
	collectFields(reflect.TypeFor[Profile](), nil, "", &list)
	return list
}

func collectFields(t reflect.Type, index []int, prefix string, list *[]Field) {
	for i := range t.NumField() {
		field := t.Field(i)
		path, here := prefix+field.Tag.Get("yaml"), append(slices.Clone(index), i)
		of := field.Type
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		switch {
		case of.Kind() == reflect.Struct:
			collectFields(of, here, path+".", list)
		case path == "credentials":
			for _, role := range Roles {
				var parts []Field
				collectFields(of.Elem(), nil, path+"."+role+".", &parts)
				for _, part := range parts {
					part.role, part.index = role, append(slices.Clone(here), part.index...)
					*list = append(*list, part)
				}
			}
		case path == "allow":
			for _, permission := range Permissions {
				*list = append(*list, Field{Path: path + "." + permission, index: here, word: permission})
			}
		default:
			*list = append(*list, Field{Path: path, index: here})
		}
	}
}

// In reports whether a profile has the field.
func (f Field) In(p *Profile) bool {
	value, ok := f.value(reflect.ValueOf(p).Elem(), f.index)
	if !ok || value.IsZero() {
		return false
	}
	return f.word == "" || slices.Contains(value.Interface().([]string), f.word)
}

// value walks to the field in a struct; it is not there where a pointer on the way is nil.
func (f Field) value(v reflect.Value, index []int) (reflect.Value, bool) {
	for n, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		if v.Kind() == reflect.Map {
			entry := v.MapIndex(reflect.ValueOf(f.role))
			if !entry.IsValid() {
				return entry, false
			}
			return f.value(entry, index[n:])
		}
		v = v.Field(i)
	}
	return v, true
}

// Copy returns a profile that shares nothing with this one that [Field.Set] changes.
func (p *Profile) Copy() *Profile {
	copied := reflect.ValueOf(copyDeep(reflect.ValueOf(*p)).Interface()).Interface().(Profile)
	return &copied
}

func copyDeep(v reflect.Value) reflect.Value {
	made := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			made.Set(reflect.New(v.Type().Elem()))
			made.Elem().Set(copyDeep(v.Elem()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			made.Field(i).Set(copyDeep(v.Field(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			made.Set(reflect.MakeMap(v.Type()))
			for _, key := range v.MapKeys() {
				made.SetMapIndex(key, copyDeep(v.MapIndex(key)))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			made.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				made.Index(i).Set(copyDeep(v.Index(i)))
			}
		}
	default:
		made.Set(v)
	}
	return made
}

// Set gives a profile the field, with something in it, or takes it away.
func (f Field) Set(p *Profile, has bool) { f.set(reflect.ValueOf(p).Elem(), f.index, has) }

func (f Field) set(v reflect.Value, index []int, has bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Map && len(index) > 0:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		entry := reflect.New(v.Type().Elem()).Elem()
		if had := v.MapIndex(reflect.ValueOf(f.role)); had.IsValid() {
			entry.Set(had)
		}
		f.set(entry, index, has)
		v.SetMapIndex(reflect.ValueOf(f.role), entry)
	case len(index) > 0:
		f.set(v.Field(index[0]), index[1:], has)
	case f.word != "":
		words := slices.DeleteFunc(slices.Clone(v.Interface().([]string)), func(word string) bool { return word == f.word })
		if has {
			words = append(words, f.word)
		}
		v.Set(reflect.ValueOf(words))
	case !has:
		v.SetZero()
	default:
		fill(v)
	}
}

// fill gives a value something that is not zero.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("something")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		some := reflect.MakeSlice(v.Type(), enough, enough)
		for i := range enough {
			fill(some.Index(i))
		}
		v.Set(some)
	case reflect.Map:
		one := reflect.New(v.Type().Elem()).Elem()
		fill(one)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("Something"), one)
	}
}

// enough is how many of a list scenarios need at most.
const enough = 9

// Optional reports whether a run can do without the field.
func (f Field) Optional() bool {
	return f.Path != "base_url" && !strings.HasPrefix(f.Path, "organization.id")
}
