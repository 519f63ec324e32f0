import './shell/app.js'
