import { applyTheme, rememberedTheme } from './shell/theme.js'
import './shell/app.js'

applyTheme(rememberedTheme())
