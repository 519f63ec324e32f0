/* Defines the elements of forms that are made from a schema. They stand inside each other, so they come together. */
import './schema-field.js'
import './schema-group.js'
import './schema-list.js'
import './schema-map.js'
import './schema-shapes.js'
import './secret-field.js'
