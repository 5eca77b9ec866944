package dashboard

func (d *dashboard) documents() {}
