package dashboard

func (d *dashboard) request() {}
